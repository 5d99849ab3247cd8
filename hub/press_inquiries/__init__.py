"""Inquiries of the press (câu hỏi của báo chí): private records of a question, its terms, and the answer to it."""
