# No such checkpoint.
holdall ls nowhere/model
