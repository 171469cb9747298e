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

# The jobs that wait for their user.
data "metastudio_avatar_training_jobs" "waiting" {
  state = [
    "WAIT_FILE_UPLOAD",
    "AUTO_VERIFY_FAILED",
    "MANUAL_VERIFY_FAILED",
    "WAIT_USER_CONFIRM",
  ]
}

# Warns at every plan and apply while there are such jobs. It stops nothing.
check "no_job_waits_for_its_user" {
  assert {
    condition = length(data.metastudio_avatar_training_jobs.waiting.jobs) == 0
    error_message = format("%d jobs wait for their user: %s.",
      length(data.metastudio_avatar_training_jobs.waiting.jobs),
      join(", ", [
        for job in data.metastudio_avatar_training_jobs.waiting.jobs : "${job.name} (${job.state})"
      ]),
    )
  }
}

output "waiting_jobs" {
  value = data.metastudio_avatar_training_jobs.waiting.jobs[*].job_id
}
