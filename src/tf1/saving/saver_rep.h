// The insides of a Saver.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "holdall/storage.h"
#include "holdall/tf1_saver.h"
#include "tf1/files/kept_checkpoints.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/saving/saver_nodes.h"

namespace holdall::tf1 {

struct Saver::Rep {
  explicit Rep(const SaverOptions& saver_options)
      : options(saver_options),
        kept(saver_options.max_to_keep, saver_options.keep_checkpoint_every_n_hours,
             KeptCheckpoints::Clock::now()) {}

  // Sorts and checks the list, adds the saver's nodes to the graph, and reads them.
  void build(std::shared_ptr<GraphRep> of_graph, std::vector<Saveable> saveables);
  void adopt(std::shared_ptr<GraphRep> of_graph, const SaverDef& saver_def);

  bool is_empty() const { return def.restore_op_name.empty(); }

  // The state file, then at most one old checkpoint is deleted.
  Status write_state(Storage& storage, const std::string& path,
                     const SaverSaveOptions& save_options);

  // The `.meta` of `of_graph`.
  Status write_meta_graph(Storage& storage, GraphRep& of_graph, const std::string& path,
                          const SaverSaveOptions& save_options) const;

  // The saver's nodes in the graph that the session runs, found by their names if it is another
  // than the saver's. Requires: the saver is not empty. Fails: kInvalidArgument (RuntimeError: the
  // session is closed; TypeError: there are no such nodes).
  Result<std::shared_ptr<const SaverParts>> parts_in(const Session& session) const;

  Status restore_by_assigning(const SaverParts& parts, Session& session, const std::string& path);
  Status restore_by_running(const SaverParts& parts, Session& session, const std::string& path);

  Status status;
  SaverOptions options;
  std::shared_ptr<GraphRep> graph;              // null if there is nothing to save
  std::shared_ptr<const SaverParts> own_parts;  // in `graph`; null too
  SaverDef def;
  std::mutex mutex;  // one save at a time; guards what follows
  KeptCheckpoints kept;
  std::vector<std::string> warnings;
};

}  // namespace holdall::tf1
