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

# The jobs that failed in review. They wait for their user to submit them again.
data "metastudio_avatar_training_jobs" "review_failed" {
  state = ["AUTO_VERIFY_FAILED", "MANUAL_VERIFY_FAILED"]
}

# All jobs, to find the steps that failed after the review. The service's staff
# repeat them, and the console shows such a job as being trained.
data "metastudio_avatar_training_jobs" "all" {}

output "to_submit_again" {
  value = [
    for job in data.metastudio_avatar_training_jobs.review_failed.jobs : {
      job_id           = job.job_id
      name             = job.name
      state            = job.state
      last_update_time = job.last_update_time
    }
  ]
}

output "failed_steps" {
  value = {
    for job in data.metastudio_avatar_training_jobs.all.jobs : job.job_id => job.state
    if endswith(job.state, "_FAILED")
  }
}
