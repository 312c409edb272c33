"""One module and blueprint for each resource: parse the request, call a service, render."""
