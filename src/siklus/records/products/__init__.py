"""What is sold, and what it costs.

Nouns: Product, Price (a row of the price book of a currency, from a day on). Verbs: add_product, edit_product, set_price.
Facts: product.added, product.edited, product.priced. Questions: price_on, price_book.
"""
