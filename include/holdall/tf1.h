// The TensorFlow-1 face: programs that declare variables in scopes, initialise, save and restore
// them, as they are written for TensorFlow 1, with its names, files, numbers and error classes.
// Nothing here runs models: a graph holds nodes of any operation, and the small set that such
// programs lean on can be evaluated.
//
//   namespace tf = holdall::tf1;
//   tf::Graph graph;
//   {
//     tf::VariableScope model1(graph, "model1");
//     graph.variable("w1", tf::random_normal({2}));
//   }
//   tf::Saver saver(graph.variables_in("model1"));
//   tf::Session session(graph);
//   if (auto status = saver.restore(session, "./save/model1"); !status.ok()) ...
//
// Building a graph never fails in the middle of an expression: the first error sticks to the graph,
// what it should have made and what is made of that are invalid handles, and status(), or the next
// run, save or restore, returns it.
// All calls may come from any thread; scopes are entered and left per thread, as in TensorFlow, and
// an error of building sticks for the thread that made it.
#pragma once

#include "holdall/tf1_files.h"
#include "holdall/tf1_framework.h"
#include "holdall/tf1_graph.h"
#include "holdall/tf1_init_from.h"
#include "holdall/tf1_initializers.h"
#include "holdall/tf1_nodes.h"
#include "holdall/tf1_objects.h"
#include "holdall/tf1_partitioners.h"
#include "holdall/tf1_saver.h"
#include "holdall/tf1_session.h"
