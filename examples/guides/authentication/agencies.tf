terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# Each agency is assumed with the key of the one before. The jobs are read in the
# account of the last one.
provider "metastudio" {
  region       = "cn-north-4"
  project_name = "cn-north-4"

  assume_role {
    agency_name = "training-reader"
    domain_id   = "d0000000000000000000000000000002"
  }

  assume_role {
    agency_name = "second-reader"
    domain_id   = "d0000000000000000000000000000003"
    duration    = 1800
  }
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
