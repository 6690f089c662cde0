"""What the product costs."""
