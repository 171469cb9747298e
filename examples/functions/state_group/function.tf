terraform {
  required_version = ">= 1.8"

  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

data "metastudio_avatar_training_jobs" "all" {}

locals {
  # The IDs of the jobs by the console's label for their state.
  ids_by_group = {
    for job in data.metastudio_avatar_training_jobs.all.jobs :
    provider::metastudio::state_group(job.state) => job.job_id...
  }
}

output "jobs_by_group" {
  value = { for group, ids in local.ids_by_group : group => length(ids) }
}

output "all_done" {
  value = alltrue([for group, ids in local.ids_by_group : group == "done"])
}
