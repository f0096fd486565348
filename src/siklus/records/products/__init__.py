"""What is sold. Nouns: Product. Verbs: add_product, edit_product. Facts: product.added, product.edited."""
