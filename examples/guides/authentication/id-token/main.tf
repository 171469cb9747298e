terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# The CI system has written its id token into the file. The token is exchanged for a
# temporary key, which assumes the agency. Without an agency, the jobs are read with
# that key.
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
