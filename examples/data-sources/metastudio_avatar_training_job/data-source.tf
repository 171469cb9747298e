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

data "metastudio_avatar_training_job" "presenter" {
  job_id = "bf46c9f335b14e84bd028f6acb52686b"
}

output "state" {
  value = data.metastudio_avatar_training_job.presenter.job.state
}

output "steps" {
  description = "What happened to the job, and when."
  value = [
    for step in data.metastudio_avatar_training_job.presenter.job.operation_logs :
    "${step.operate_time} ${step.log_type}"
  ]
}
