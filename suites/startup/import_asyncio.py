"""asyncio alone: one import that brings in sockets, selectors and about a hundred modules."""

import asyncio
