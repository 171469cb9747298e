// Package credentials is who we are: the ways to sign in to Huawei Cloud, the
// project that a region stands for, and the signature on each request. IAM, STS
// and the signature are the vendor SDK's; what carries them is our transport. It
// knows nothing of Terraform.
package credentials
