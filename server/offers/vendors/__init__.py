"""The HTTP client for all vendors of offers, with its cache, circuit breaker and quotas."""
