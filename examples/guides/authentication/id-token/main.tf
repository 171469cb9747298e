terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# The runner has put its id token into the file. The agency is assumed with the
# key that the token gives; without one, that key itself is used.
provider "metastudio" {
  region = "cn-north-4"

  assume_role_with_oidc {
    idp_id        = "emulated-idp"
    id_token_file = "${path.module}/id-token"
    agency_name   = "training-reader"
    domain_id     = "d0000000000000000000000000000002"
  }
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
