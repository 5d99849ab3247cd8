"""What stands at a source now: one module for each place where things are found, all giving `Found` things in `Listed`
pages, so that a run can write down one page after another."""
