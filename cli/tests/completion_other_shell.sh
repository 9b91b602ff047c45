holdall completion tcsh
