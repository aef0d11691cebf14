"""Which rules there are, the flags that they set, and what people decide on them."""
