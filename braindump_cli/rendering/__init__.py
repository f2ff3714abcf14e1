"""Domain objects -> a page for people or a document for programs; the only home of Rich."""
