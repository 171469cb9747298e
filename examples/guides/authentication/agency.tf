terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# The agency is assumed with the key in the environment, and the jobs are read with
# the agency's key. The project is one of the agency's account.
provider "metastudio" {
  region       = "cn-north-4"
  project_name = "cn-north-4"

  assume_role {
    agency_name = "training-reader"
    domain_name = "agency-account"
  }
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
