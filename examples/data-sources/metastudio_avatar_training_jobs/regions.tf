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

# A data source may read another region than the provider's. Jobs are not shared
# between regions, and each region has a project of its own, which is looked up.
data "metastudio_avatar_training_jobs" "by_region" {
  for_each = toset(["cn-north-4", "cn-east-3"])

  region = each.key
}

output "count_by_region" {
  value = { for region, list in data.metastudio_avatar_training_jobs.by_region : region => list.total_count }
}

output "project_by_region" {
  value = { for region, list in data.metastudio_avatar_training_jobs.by_region : region => list.project_id }
}
