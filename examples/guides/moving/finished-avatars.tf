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

data "metastudio_avatar_training_jobs" "finished" {
  state = ["JOB_SUCCESS", "JOB_FINISH"]
}

output "finished_avatars" {
  value = {
    for job in data.metastudio_avatar_training_jobs.finished.jobs : job.job_id => job.asset_id
  }
}
