"""Sheets as OData tables: query, metadata, documents, filters."""
