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

data "metastudio_avatar_training_jobs" "all" {}

locals {
  # The IDs of the jobs, grouped by state: the three dots make a list of each group.
  ids_by_state = {
    for job in data.metastudio_avatar_training_jobs.all.jobs : job.state => job.job_id...
  }
}

output "jobs_by_state" {
  value = { for state, ids in local.ids_by_state : state => length(ids) }
}

output "flexus_jobs" {
  description = "How many jobs train a Flexus model. The field is null where the service leaves it out."
  value = length([
    for job in data.metastudio_avatar_training_jobs.all.jobs : job if coalesce(job.is_flexus, false)
  ])
}
