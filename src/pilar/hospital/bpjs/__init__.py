"""Both directions of the contract with BPJS Kesehatan: what asks, what answers, and a simulator of the other side."""
