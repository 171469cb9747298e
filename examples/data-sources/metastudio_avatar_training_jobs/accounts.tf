terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

# Another account, read through an agency that trusts the account above. With a
# project in the block, HW_PROJECT_ID, which belongs to the account above, is not used.
provider "metastudio" {
  alias        = "agency"
  region       = "cn-north-4"
  project_name = "cn-north-4"

  assume_role {
    agency_name = "training-reader"
    domain_name = "agency-account"
  }
}

data "metastudio_avatar_training_jobs" "own" {}

data "metastudio_avatar_training_jobs" "agency" {
  provider = metastudio.agency
}

output "count_by_account" {
  value = {
    own    = data.metastudio_avatar_training_jobs.own.total_count
    agency = data.metastudio_avatar_training_jobs.agency.total_count
  }
}
