terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# The identity provider is named by its URN, so STS assumes the agency with the id
# token itself.
provider "metastudio" {
  region = "cn-north-4"

  assume_role_with_oidc {
    idp_id        = "iam::d0000000000000000000000000000001:oidcProvider:emulated-idp"
    id_token_file = "${path.module}/id-token"
    agency_name   = "oidc-reader"
  }
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
