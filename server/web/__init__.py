"""What every address shares: routes, access, bodies, answers, errors, the page around a page."""
