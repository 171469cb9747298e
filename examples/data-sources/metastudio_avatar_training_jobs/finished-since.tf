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

# The jobs that are done and were updated since June 1, 2025, Beijing time.
data "metastudio_avatar_training_jobs" "finished" {
  state        = ["JOB_SUCCESS", "JOB_FINISH"]
  update_since = "2025-06-01T00:00:00+08:00"
}

# Stands for a resource that registers an avatar elsewhere: one for each.
resource "terraform_data" "avatar" {
  for_each = {
    for job in data.metastudio_avatar_training_jobs.finished.jobs : job.job_id => job
  }

  input = {
    name       = each.value.name
    asset_id   = each.value.asset_id
    resolution = coalesce(each.value.model_resolution, "1080P")
  }
}

output "avatars" {
  value = { for job_id, avatar in terraform_data.avatar : job_id => avatar.output.name }
}
