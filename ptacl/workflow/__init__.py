"""The steps from a store to a judged model, as functions; the commands of `ptacl.cli` call them."""
