"""All that a plug-in may import: types, protocols, errors, http, manifest, registry."""
