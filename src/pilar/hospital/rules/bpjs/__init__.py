"""The contract with BPJS Kesehatan (Antrean RS), pure: signature, encryption, services, messages, what is sent when."""
