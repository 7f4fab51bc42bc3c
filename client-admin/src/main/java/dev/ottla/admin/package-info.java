/**
 * The admin: looks at a cluster and changes it. {@link dev.ottla.admin.Admin} is the way in; it has one object per kind of
 * resource ({@link dev.ottla.admin.TopicAdmin}, {@link dev.ottla.admin.GroupAdmin}, {@link dev.ottla.admin.ClusterAdmin}), and
 * each of their operations returns a future, of {@link dev.ottla.admin.Results} where the operation is about several items.
 */
package dev.ottla.admin;
