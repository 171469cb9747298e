terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

# The access key is in the environment, as HW_ACCESS_KEY and HW_SECRET_KEY. It
# could stand here as well, but then everybody who reads this file has it.
provider "metastudio" {
  region = "cn-north-4"
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
