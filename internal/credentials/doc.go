// Package credentials resolves credentials, looks up projects and signs requests for Huawei Cloud.
// Calls to IAM and STS, and signatures, are those of the vendor's SDK, sent by package transport.
// The package knows nothing of Terraform: its errors have a kind, and the advice is the caller's.
package credentials
