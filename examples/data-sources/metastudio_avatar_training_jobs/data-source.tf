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

# The finished jobs, those updated last first.
data "metastudio_avatar_training_jobs" "finished" {
  state    = ["JOB_SUCCESS", "JOB_FINISH"]
  sort_key = "update_time"
  sort_dir = "desc"
}

output "finished_count" {
  value = data.metastudio_avatar_training_jobs.finished.total_count
}

output "finished_avatars" {
  description = "The model asset of each finished job, by job ID."
  value = {
    for job in data.metastudio_avatar_training_jobs.finished.jobs : job.job_id => job.asset_id
  }
}
