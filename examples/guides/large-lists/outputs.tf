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

# The number of all jobs.
output "job_count" {
  value = length(data.metastudio_avatar_training_jobs.all.jobs)
}

# The number of jobs in each state.
output "count_by_state" {
  value = {
    for state, ids in { for job in data.metastudio_avatar_training_jobs.all.jobs : job.state => job.job_id... } :
    state => length(ids)
  }
}

# One value of each job, as a map: Terraform compares maps key by key.
output "asset_by_job" {
  value = {
    for job in data.metastudio_avatar_training_jobs.all.jobs : job.job_id => job.asset_id if job.asset_id != null
  }
}
