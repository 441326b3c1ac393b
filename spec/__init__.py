"""The curated Kirim document, the facts behind it and their comparison."""
