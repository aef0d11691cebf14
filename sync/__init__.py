"""What was answered: instances in, stored whole, laid flat. Imports `forms` alone."""
