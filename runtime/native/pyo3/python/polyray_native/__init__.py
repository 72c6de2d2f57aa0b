"""The native route of polyray by PyO3, ready made. polyray finds it by itself."""
