"""GraphQL over HTTP, by the specification of this name: media types, requests, and responses."""
