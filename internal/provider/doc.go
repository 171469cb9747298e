// Package provider is Terraform's side of the provider: schemas, validation, values and
// diagnostics. It sends no requests; package client does.
package provider
