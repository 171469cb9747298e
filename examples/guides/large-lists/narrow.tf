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

# The jobs that are done and were updated in June 2025.
data "metastudio_avatar_training_jobs" "june" {
  state        = ["JOB_SUCCESS", "JOB_FINISH"]
  update_since = "2025-06-01T00:00:00Z"
  update_until = "2025-06-30T23:59:59Z"
}

# The hundred newest jobs, in one request.
data "metastudio_avatar_training_jobs" "newest" {
  sort_key = "create_time"
  sort_dir = "desc"
  limit    = 100
}

# The number of jobs: total_count counts all of them, whatever the limit.
data "metastudio_avatar_training_jobs" "count" {
  limit = 1
}

output "june" {
  value = data.metastudio_avatar_training_jobs.june.jobs[*].name
}

output "newest_create_time" {
  value = data.metastudio_avatar_training_jobs.newest.jobs[0].create_time
}

output "job_count" {
  value = data.metastudio_avatar_training_jobs.count.total_count
}
