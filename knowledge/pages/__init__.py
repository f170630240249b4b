"""What readers see of the knowledge: articles, search and centres as pages; pieces for others."""
