"""The journal's key: where it rests, how it comes back, and who may have it.

`vault.Vault` is what others use. journal.keys (`bundle`) holds the public half and wrapped copies; the key
itself rests in the system's keyring (`keyring_store`), in a file (`key_file`) or nowhere (a passphrase is
set), and is remembered by the Linux kernel for some hours (`kernel_cache`).
"""
