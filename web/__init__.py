"""What all pages share: layout, sign-in and roles, security headers, static files."""
