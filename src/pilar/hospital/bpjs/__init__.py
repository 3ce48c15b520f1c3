"""Both directions of the contract with BPJS Kesehatan: the client, the exposed services, and a simulator of the other
side."""
